"""A seeded source of policies and requests, to compare evaluators with.

A world is a pool of documents and of contexts, and the cases that are made of them: some of the documents are the
policies that several requests are asked of, so that they are read once for many cases. A case is plain JSON, in the
form of `cases/decisions/`; the same seed and number always make the same world.
"""

from collections.abc import Iterator
from random import Random
from typing import Any, Final

Case = dict[str, Any]
Json = Any

ACCOUNTS: Final = ["123456789012", "210987654321"]
ROLE: Final = "arn:aws:iam::123456789012:role/Auditor"

ACTIONS: Final = [
    "s3:GetObject", "s3:GetObject", "s3:GetObject", "S3:getobject", "s3:PutObject", "iam:GetUser", "ec2:RunInstances",
    "kms:Decrypt", "kms:RetireGrant",
]  # fmt: skip
ACTION_PATTERNS: Final = [
    "*", "*", "*", "*", "*", "*", "s3:*", "s3:*", "s3:*", "s3:Get*", "S3:GETobject", "s3:?etObject",
    "s3:*Obj*t", "s3:PutObject", "iam:*", "iam:Get?ser", "ec2:Run*", "ec2:RunInstances", "kms:*",
]  # fmt: skip
TRUST_ACTIONS: Final = ["sts:AssumeRole", "sts:AssumeRole", "sts:AssumeRole", "sts:TagSession"]

RCP_ACTIONS: Final = ["s3:*", "s3:Get*", "s3:PutObject", "sts:AssumeRole", "kms:*"]
FULL_ACCESS: Final = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
}

RESOURCES: Final = [
    "arn:aws:s3:::photos/cat.jpg", "arn:aws:s3:::photos/alice/cat.jpg", "arn:aws:s3:::home/alice",
    "arn:aws:s3:::home/*", "arn:aws:s3:::home/${aws:username}", "arn:aws:s3:::home/a?ice",
    "arn:aws:s3:::Photos/cat.jpg", "*",
]  # fmt: skip
RESOURCE_PATTERNS: Final = [
    "*", "*", "*", "*", "*", "*", "*", "*", "arn:aws:s3:::*", "arn:aws:s3:::photos/*", "arn:aws:s3:::photos/c?t.*",
    "arn:aws:s3:::photos/cat.jpg", "arn:aws:s3:::*/*/cat.jpg", "arn:aws:s3:::home/${aws:username}",
    "arn:aws:s3:::home/${AWS:UserName}*", "arn:aws:s3:::photos/${aws:PrincipalTag/team, 'alice'}/*",
    "arn:aws:s3:::home/${aws:userid, 'a*'}", "arn:aws:s3:::home/a${?}ice", "arn:aws:s3:::home/${*}",
    "arn:aws:s3:::home/${$}{aws:username}", "arn:aws:s3:*", "arn:aws:s3:::home/${aws:TagKeys}", "arn:*:s3:*:*:?hotos/*",
]  # fmt: skip

TEXTS: Final = ["alice", "Alice", "bob", "a*", "*", "a?ice", "", "red", "home/alice/x", "${aws:username}", "éclair"]
TEXT_PATTERNS: Final = [
    "alice", "ALICE", "bob", "a*", "*", "?lice", "*i*e", "", "red", "r?d*", "home/${aws:username}/*", "${aws:username}",
    "${aws:PrincipalTag/team, 'red'}", "${aws:userid, ''}", "a${*}", "${$}{aws:username}", "${aws:TagKeys}", "ÉCLAIR",
]  # fmt: skip
NUMBERS: Final = ["0", "10", "10.00", "-1.5", "+3", "9007199254740993", "1e3", "0.1", "ten", ""]
NUMBER_LIMITS: Final = ["0", "10", 10, 2.5, "-1.5", "9007199254740992", "1e3", "1000", ".1"]
DATES: Final = [
    "2026-07-01T00:00:00Z", "2026-06-30T23:59:59Z", "2026-07-01T02:00:00+02:00", "2026-07-01", "2026-07", "2026",
    "soon", "2026-07-01T00:00:00.001Z", "1782864000", "1782864001", "0", "-1", "2026-06-30T19:00:00-0500",
    "2026-07-01T00:00Z",
]  # fmt: skip
DATE_LIMITS: Final = [date for date in DATES if date != "soon"]
BOOLEANS: Final = ["true", "false", "True", "FALSE", "no", ""]
NULL_LIMITS: Final = ["true", "false", True, False, "True"]
BOOLEAN_LIMITS: Final = [*NULL_LIMITS, "${aws:SecureTransport}", "${a:b, 'false'}"]
BINARIES: Final = ["QmluYXJ5", "QmluYXJ6", "", "Qg==", "%%%"]
BINARY_LIMITS: Final = ["QmluYXJ5", "Qg==", ""]
ADDRESSES: Final = [
    "203.0.113.77", "203.0.113.7", "198.51.100.1", "2001:DB8:1234:5678::1", "2001:db8::1", "::ffff:203.0.113.7", "::1",
    "unknown", "",
]  # fmt: skip
NETWORKS: Final = [
    "203.0.113.0/24", "203.0.113.99/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32", "2001:db8:1234:5678::/64", "::/0",
    "::ffff:203.0.113.0/120", "::ffff:0:0/96", "198.51.100.1/32", "10.0.0.0/8",
]  # fmt: skip
ARNS: Final = [
    "arn:aws:sns:eu-west-1:123456789012:news", "arn:aws:sns:us-east-2:210987654321:store/abc:123456789012:finance/x",
    "arn:aws:iam::123456789012:user/alice", "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b", "news", "",
    "arn:aws:iam::123456789012:role/Auditor", "arn:aws:sns:x",
]  # fmt: skip
ARN_PATTERNS: Final = [
    "arn:aws:sns:*:123456789012:*", "arn:aws:sns:*:123456789012:finance/*", "arn:aws:iam::123456789012:user/?lice", "*",
    "arn:aws:iam::*:user/${aws:username}", "${aws:PrincipalArn}", "arn:*:*:*:*:*", "arn:aws:logs:*:*:log-group:*",
    "arn:aws:sns:eu-west-1:123456789012:news", "arn:aws:SNS:*:*:*", "arn:aws:iam::*:role/Auditor", "arn:aws:sns:*",
]  # fmt: skip

Family = tuple[list[str], list[str], list[str], list[Any]]

STRINGS: Final = ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"]
ORDERS: Final = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
ARN_KEYS: Final = ["aws:SourceArn", "aws:PrincipalArn"]
TEXT_KEYS: Final = ["aws:username", "aws:userid", "aws:PrincipalTag/team", "s3:prefix", "aws:TagKeys"]

FAMILIES: Final[list[Family]] = [
    # operators, keys, values of a request, values of a policy
    ([f"String{how}" for how in STRINGS], TEXT_KEYS, TEXTS, TEXT_PATTERNS),
    ([f"Numeric{how}" for how in ORDERS], ["s3:max-keys", "s3:TlsVersion"], NUMBERS, NUMBER_LIMITS),
    ([f"Date{how}" for how in ORDERS], ["aws:CurrentTime", "aws:EpochTime"], DATES, DATE_LIMITS),
    (["Bool"], ["aws:SecureTransport", "aws:MultiFactorAuthPresent"], BOOLEANS, BOOLEAN_LIMITS),
    (["BinaryEquals"], ["kms:Blob"], BINARIES, BINARY_LIMITS),
    (["IpAddress", "NotIpAddress"], ["aws:SourceIp", "aws:VpcSourceIp"], ADDRESSES, NETWORKS),
    ([f"Arn{how}" for how in ("Equals", "Like", "NotEquals", "NotLike")], ARN_KEYS, ARNS, ARN_PATTERNS),
]
WEIGHTS: Final = [6, 3, 3, 2, 1, 3, 3]

CANONICAL: Final = ["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2b0", "0" * 64]
PRINCIPALS: Final[list[Case]] = [
    *(
        {"account": account, "canonical_user": CANONICAL[0] if account == ACCOUNTS[0] else None, **principal}
        for account in ACCOUNTS
        for principal in [
            {"arn": f"arn:aws:iam::{account}:user/alice", "kind": "user"},
            {
                "arn": f"arn:aws:sts::{account}:assumed-role/Ops/kim",
                "kind": "assumedRole",
                "role_arn": f"arn:aws:iam::{account}:role/Ops",
            },
            {
                "arn": f"arn:aws:sts::{account}:federated-user/alice",
                "kind": "federatedUser",
                "user_arn": f"arn:aws:iam::{account}:user/alice",
            },
            {"arn": f"arn:aws:iam::{account}:root", "kind": "root"},
        ]
    ),
    {"arn": "ec2.amazonaws.com", "account": "", "kind": "service"},
    {"arn": "accounts.google.com", "account": "", "kind": "federated"},
    {"arn": "arn:aws:iam::123456789012:saml-provider/Corp", "account": ACCOUNTS[0], "kind": "federated"},
    {"arn": "", "account": "", "kind": "anonymous"},
    {
        "arn": f"arn:aws:sts::{ACCOUNTS[0]}:assumed-role/AWSServiceRoleForOps/kim",
        "account": ACCOUNTS[0],
        "kind": "assumedRole",
        "role_arn": f"arn:aws:iam::{ACCOUNTS[0]}:role/aws-service-role/ops.amazonaws.com/AWSServiceRoleForOps",
    },
]
PRINCIPAL_WEIGHTS: Final = [10, 8, 3, 2, 4, 4, 1, 1, 2, 1, 1, 2, 1]
WEIGHTED_PRINCIPALS: Final = [
    principal for principal, weight in zip(PRINCIPALS, PRINCIPAL_WEIGHTS, strict=True) for _ in range(weight)
]
OWNERS: Final = [*ACCOUNTS[:1] * 7, *ACCOUNTS[1:] * 2, None]

AWS_PRINCIPALS: Final = [
    "*", *ACCOUNTS, "arn:aws:iam::123456789012:user/bob",
    *(principal["arn"] for principal in PRINCIPALS if "canonical_user" in principal),
    *(principal["role_arn"] for principal in PRINCIPALS if "role_arn" in principal),
]  # fmt: skip
SERVICES: Final = ["ec2.amazonaws.com", "lambda.amazonaws.com"]
PROVIDERS: Final = ["arn:aws:iam::123456789012:saml-provider/Corp", "accounts.google.com", "www.amazon.com"]

POOL: Final = {"identity": 12, "boundary": 5, "session": 5, "resource": 9, "scp": 8, "rcp": 5, "trust": 9}
"""How many documents a world has of each layer."""

DENIES: Final = 0.28
"""The share of statements that deny, so that each outcome is well above 15 % of the cases."""

CASES_PER_WORLD: Final = 1000
CONTEXTS_PER_WORLD: Final = 100
ASKED: Final = 8
"""How many requests in a row are asked of the same policies."""


def cases(seed: int, world: int, count: int = CASES_PER_WORLD) -> Iterator[Case]:
    """The cases of a world. Those with the same policies, or the same document, hold the same object."""
    maker = _Maker(Random(f"{seed}/{world}"))
    pool = {layer: [maker.document(layer) for _ in range(size)] for layer, size in POOL.items()}
    contexts = [maker.context() for _ in range(CONTEXTS_PER_WORLD)]
    for start in range(0, count, ASKED):
        yield from maker.cases(pool, contexts, min(ASKED, count - start))


def _words(random: Random, count: int) -> list[str]:
    """Short words of few letters and wildcards, so that they meet."""
    return ["".join(random.choices("aab/*?", k=random.randint(0, 5))) for _ in range(count)]


def _own(random: Random, operator: str) -> list[Any]:
    """Values for both sides of an operator."""
    match operator:
        case "StringEquals":
            return list(_words(random, 4))
        case "NumericEquals":
            return [str(random.randint(-8, 8) / 4) for _ in range(3)]
        case "DateEquals":
            return [f"2026-07-0{random.randint(1, 2)}T0{random.randint(0, 2)}:00:00Z" for _ in range(3)]
        case "IpAddress":
            return [f"203.0.113.{random.randint(0, 3)}", f"2001:db8::{random.randint(0, 3):x}"]
        case "ArnEquals":
            return [f"arn:aws:sns:{word}:123456789012:{word}:{word}" for word in _words(random, 3)]
        case _:
            return []


class _Maker:
    """Makes the documents and cases of a world, from the words above and some of the world's own."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._variables = True
        self._resources = RESOURCES + [f"arn:aws:s3:::{word}" for word in _words(random, 3)]
        self._resource_patterns = RESOURCE_PATTERNS + [f"arn:aws:s3:::{word}" for word in _words(random, 6)]
        self._families = [
            (names, keys, asked + (own := _own(random, names[0])), wanted + own)
            for names, keys, asked, wanted in FAMILIES
        ]

    def cases(self, pool: dict[str, list[Json]], contexts: list[Json], count: int) -> Iterator[Case]:
        """Some requests of the same policies, which are those of a principal that may make the first."""
        choice = self._random.choice
        trust = self._random.random() < 0.25
        principal = choice(WEIGHTED_PRINCIPALS)
        policies = self._policies(pool, principal, trust=trust)
        for _ in range(count):
            yield {
                "principal": principal,
                "action": choice(TRUST_ACTIONS if trust else ACTIONS),
                "resource": ROLE if trust else choice(self._resources),
                "resource_account": ACCOUNTS[0] if trust else choice(OWNERS),
                "context": choice(contexts),
                "policies": policies,
            }
            principal = choice(WEIGHTED_PRINCIPALS)

    def _policies(self, pool: dict[str, list[Json]], principal: Case, *, trust: bool) -> list[Case]:
        policies = []
        for layer, level in self._places(principal, trust=trust):
            document = None if self._random.random() < 0.005 else self._random.choice(pool[layer])
            policies.append({"layer": layer, "document": document} | ({"level": level} if level else {}))
        return policies

    def _places(self, principal: Case, *, trust: bool) -> Iterator[tuple[str, str | None]]:
        """The layer, and the level for those that have several, of each policy that bears on a case."""
        random = self._random
        if trust:
            yield "trust", None
        elif random.random() < 0.5:
            yield "resource", None
        yield from [("identity", None)] * random.choices([0, 1, 2, 3], [1, 5, 4, 2])[0]
        yield from [("boundary", None)] * (random.random() < 0.2)
        sessions = [1, 1, 1] if principal["kind"] == "federatedUser" else [8, 1, 1]
        yield from [("session", None)] * random.choices([0, 1, 2], sessions)[0]
        for layer in ("scp", "rcp"):
            for level in ["root", "ou", "account"][: random.choices([0, 1, 2, 3], [12, 1, 1, 1])[0]]:
                yield from [(layer, level)] * random.choice([1, 1, 2])

    def document(self, layer: str) -> Json:
        random = self._random
        if layer == "rcp" and random.random() < 0.7:
            return FULL_ACCESS
        version = random.choices(["2012-10-17", "2008-10-17", None], [85, 10, 5])[0]
        if layer in ("scp", "rcp"):
            version = "2012-10-17"
        self._variables = version == "2012-10-17"
        statements = [self._statement(layer) for _ in range(random.choices([1, 2, 3], [4, 3, 1])[0])]
        if random.random() < {"boundary": 0.8, "session": 0.8, "scp": 0.8, "identity": 0.25}.get(layer, 0):
            statements.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
        single = not statements[1:] and random.random() < 0.5
        return ({"Version": version} if version else {}) | {"Statement": statements[0] if single else statements}

    def _statement(self, layer: str) -> Json:
        random = self._random
        effect = "Deny" if layer == "rcp" or random.random() < DENIES else "Allow"
        statement = {"Effect": effect} | self._who(layer, effect)
        actions = {"trust": TRUST_ACTIONS, "rcp": RCP_ACTIONS}.get(layer, ACTION_PATTERNS)
        statement["NotAction" if layer != "rcp" and random.random() < 0.1 else "Action"] = self._some(actions)
        if layer != "trust":
            statement["NotResource" if random.random() < 0.1 else "Resource"] = self._some(self._resource_patterns)
        if random.random() < (0.9 if effect == "Deny" else 0.35):
            statement["Condition"] = self._condition()
        return statement

    def _who(self, layer: str, effect: str) -> Json:
        random = self._random
        if layer == "rcp":
            return {"Principal": "*"}
        if layer not in ("resource", "trust"):
            return {}
        if random.random() < 0.3:
            return {"Principal": "*" if layer == "resource" else {"AWS": "*"}}
        named: Json = {"AWS": self._some(AWS_PRINCIPALS)} if random.random() < 0.9 else {}
        if not named or random.random() < 0.2:
            named["Service"] = self._some(SERVICES)
        if random.random() < 0.2:
            named["Federated"] = self._some(PROVIDERS if layer == "trust" else PROVIDERS[:1])
        if layer == "trust":
            return {"Principal": named}
        if random.random() < 0.1:
            named["CanonicalUser"] = self._some(CANONICAL)
        return {"NotPrincipal" if effect == "Deny" and random.random() < 0.4 else "Principal": named}

    def _condition(self) -> Json:
        random = self._random
        condition: Json = {}
        for _ in range(random.choices([0, 1, 2, 3], [1, 12, 5, 2])[0]):
            names, keys, _, values = random.choices(self._families, WEIGHTS)[0]
            name, key = random.choice(names), self._key(keys)
            if name == "Bool" and not self._variables:
                values = NULL_LIMITS
            if random.random() < 0.1:
                name, values = "Null", NULL_LIMITS
            else:
                name += "IfExists" if random.random() < 0.25 else ""
                name = random.choices(["", "ForAllValues:", "ForAnyValue:"], [5, 1, 1])[0] + name
            under = condition.setdefault(name, {})
            if key.lower() not in map(str.lower, under):
                under[key] = [] if random.random() < 0.01 else self._some(values)
        return condition

    def context(self) -> Json:
        random = self._random
        context: Json = {}
        for _, keys, values, _ in self._families:
            for key in keys:
                if random.random() < 0.6:
                    many = key == "aws:TagKeys" or random.random() < 0.1
                    context[self._cased(key)] = self._several(values) if many else random.choice(values)
        return context

    def _key(self, keys: list[str]) -> str:
        """One of the keys, or now and then one that is not meant for the operator."""
        if self._random.random() < 0.05:
            keys = self._random.choice(FAMILIES)[1]
        return self._cased(self._random.choice(keys))

    def _cased(self, key: str) -> str:
        return key if self._random.random() < 0.9 else key.upper()

    def _some(self, values: list[Any]) -> Any:
        """One value, alone or as a list, or several."""
        if self._random.random() < 0.6:
            return self._random.choice(values)
        return self._several(values)

    def _several(self, values: list[Any]) -> list[Any]:
        return self._random.sample(values, min(len(values), self._random.choices([1, 2, 3, 4], [2, 5, 3, 1])[0]))
