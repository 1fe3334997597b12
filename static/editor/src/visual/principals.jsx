// Who a trust policy's statement is about.
import { useState } from "preact/hooks";
import { Choice, Combobox, IconButton, TextField, useEditor } from "./controls.jsx";
import { addPrincipal, removePrincipal, setElement, setValue, turnAround } from "./policy.js";
import { nameIn } from "./resources.jsx";

const TYPES = {
  AWS: "AWS account, user or role",
  Service: "AWS service",
  Federated: "Identity provider",
  CanonicalUser: "Canonical user of S3",
};
const EXAMPLES = {
  Service: "ec2.amazonaws.com",
  Federated: "cognito-identity.amazonaws.com",
  CanonicalUser: "64 hexadecimal digits",
};

export function Principals({ principals, path }) {
  const { change, words, account } = useEditor();
  const { key, values: rows } = principals ?? { key: "Principal", values: [] };
  const [type, setType] = useState("AWS");
  const named = rows.filter(([each]) => each !== "*");
  const everyone = rows.length === 1 && rows[0][0] === "*";
  const shown = everyone && key === "Principal" ? "*" : key;

  const pick = (wanted) => {
    change((edit) => {
      const isNot = wanted === "NotPrincipal";
      if (principals && isNot !== (key === "NotPrincipal")) turnAround(edit, path(edit.root), key);
      if (wanted === "*") setElement(edit, path(edit.root), "Principal", "*");
      else if (everyone) setElement(edit, path(edit.root), wanted, {});
    });
  };
  const load = async (typed) => {
    const names = await words.names(nameIn(typed));
    const root = { value: `arn:aws:iam::${account}:root`, detail: "this account" };
    return [
      root,
      ...names
        .filter(({ kind }) => ["user", "role"].includes(kind))
        .map(({ kind, arn }) => ({ value: arn, detail: kind })),
    ];
  };

  return (
    <>
      <Choice
        label="Which principals"
        value={shown}
        options={[
          ["*", "Everyone"],
          ["Principal", "These principals"],
          ["NotPrincipal", "All but these"],
        ]}
        onPick={pick}
      />
      {shown !== "*" && (
        <>
          {named.length > 0 && (
            <ul class="values">
              {named.flatMap(([each, values]) =>
                values.map((value, index) => (
                  <li key={`${each} ${index}`}>
                    <span class="value-kind">{each}</span>
                    <TextField
                      label={`${TYPES[each] ?? each} ${index + 1}`}
                      value={value}
                      onCommit={(typed) =>
                        change((edit) => setValue(edit, [...path(edit.root), key, each], index, typed.trim()))
                      }
                    />
                    <IconButton
                      icon="x-lg"
                      label={`Remove ${value}`}
                      onClick={() => change((edit) => removePrincipal(edit, path(edit.root), key, each, index))}
                    />
                  </li>
                )),
              )}
            </ul>
          )}
          <div class="adding">
            <label class="unlabelled">
              <span class="visually-hidden">Kind of principal</span>
              <select form="" class="form-select" onChange={(event) => setType(event.target.value)}>
                {Object.entries(TYPES).map(([each, words]) => (
                  <option key={each} value={each} selected={each === type}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
            <Combobox
              key={type}
              label="Add a principal"
              placeholder={EXAMPLES[type] ?? "Add a principal"}
              free
              load={type === "AWS" ? load : undefined}
              onPick={(typed) =>
                typed.trim() && change((edit) => addPrincipal(edit, path(edit.root), key, type, typed.trim()))
              }
            />
          </div>
        </>
      )}
    </>
  );
}
