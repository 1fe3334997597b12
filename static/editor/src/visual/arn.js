// An ARN format of the catalog, arn:${Partition}:s3:::${BucketName}/${ObjectName}, as fields to fill in and back.
const PLACEHOLDER = /\$\{(\w+)\}/;

// Pieces of text, with a field at each odd place.
export function piecesOf(format) {
  return format.split(PLACEHOLDER);
}

export function fieldsOf(format, account) {
  const known = { Partition: "aws", Account: account, Region: "*" };
  const names = piecesOf(format).filter((_, place) => place % 2);
  return names.map((name, place) => ({ place, words: inWords(name), value: known[name] ?? "" }));
}

export function fill(format, values) {
  let field = 0;
  return piecesOf(format)
    .map((piece, place) => (place % 2 ? values[field++] : piece))
    .join("");
}

// BucketName -> Bucket name, UserNameWithPath -> User name with path.
function inWords(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
