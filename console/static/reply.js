// What WeChat makes of a reply's text: two kinds of links, everything else is plain text.

const LINK = /<a\s+href=(?:"([^"<>]*)"|'([^'<>]*)')\s*>([^<]*)<\/a>/g;
const CLAUSE = /^(?:https?:\/\/[^/?#\s]+)?(\/[pe]\/\d+)(?:#[\w-]*)?$/;
const PAGE = /^(?:https?:\/\/[^/?#\s]+)?(\/check)$/;
const MENU = /^weixin:\/\/bizmsgmenu\?(.+)$/;

/**
 * What an address in a reply leads to, or null for an address that is shown as text.
 * @returns {{kind: "clause" | "page", path: string} | {kind: "say", text: string, menuId: string} | null}
 */
export function target(address) {
  const clause = CLAUSE.exec(address);
  if (clause) return { kind: "clause", path: clause[1] };
  const page = PAGE.exec(address);
  if (page) return { kind: "page", path: page[1] };
  const menu = MENU.exec(address);
  if (!menu) return null;
  const fields = new URLSearchParams(menu[1].replaceAll("&amp;", "&"));
  const text = fields.get("msgmenucontent") ?? "";
  return text ? { kind: "say", text, menuId: fields.get("msgmenuid") ?? "" } : null;
}

/** Cut a reply into {text} and {text, target} pieces; joined texts are what a person reads. */
export function pieces(reply) {
  const found = [];
  let end = 0;
  for (const match of reply.matchAll(LINK)) {
    const to = target(match[1] ?? match[2]);
    if (!to) continue;
    if (match.index > end) found.push({ text: reply.slice(end, match.index) });
    found.push({ text: match[3], target: to });
    end = match.index + match[0].length;
  }
  if (end < reply.length) found.push({ text: reply.slice(end) });
  return found;
}

/**
 * The reply as nodes; never parsed as HTML.
 * @param {{clause: (path: string, event: Event) => void, say: (text: string, menuId: string) => void}} act
 */
export function replyNodes(reply, act) {
  const nodes = document.createDocumentFragment();
  for (const piece of pieces(reply)) {
    if (!piece.target) {
      nodes.append(piece.text);
    } else if (piece.target.kind !== "say") {
      const link = document.createElement("a");
      link.href = piece.target.path;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = piece.text;
      if (piece.target.kind === "clause") {
        link.addEventListener("click", (event) => act.clause(piece.target.path, event));
      }
      nodes.append(link);
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tap";
      button.textContent = piece.text;
      button.addEventListener("click", () => act.say(piece.target.text, piece.target.menuId));
      nodes.append(button);
    }
  }
  return nodes;
}
