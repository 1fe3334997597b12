// CodeMirror writes its styles into a <style> element, which `style-src 'self'` refuses. Constructed style sheets are
// not subject to it, so a document needs no nonce.
import { StyleModule } from "style-mod";

const sheets = new Map();

function sheetOf(module) {
  if (!sheets.has(module)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(module.getRules());
    sheets.set(module, sheet);
  }
  return sheets.get(module);
}

// Later modules of a list take precedence over earlier ones, whichever was mounted first.
StyleModule.mount = (root, modules) => {
  const wanted = [modules].flat().map(sheetOf);
  const others = root.adoptedStyleSheets.filter((sheet) => !wanted.includes(sheet));
  root.adoptedStyleSheets = [...others, ...wanted];
};
