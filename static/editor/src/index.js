// The policy editor, and two versions side by side. Each takes the place of something that works without it.
import "./stylesheets.js";
import { mountEditor } from "./editor.js";
import { mountMerge } from "./merge.js";

document.querySelectorAll(".policy-editor").forEach(mountEditor);
document.querySelectorAll("[data-merge]").forEach(mountMerge);
