// One message on the wire: get it signed, post it to the webhook, read the reply.

const PATIENCE_MS = 5000; // WeChat waits this long

/** @returns {Promise<object>} the server's JSON; its `error` says what went wrong */
async function ask(path, options) {
  const response = await fetch(path, { method: "POST", ...options });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `服务器返回 ${response.status}`);
  return answer;
}

/** Have a message built and signed as the platform would send it. */
export function sign(message) {
  return ask("/try/send", {
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
}

/**
 * Post a signed message to the webhook; may be called again with the same one.
 * @returns {Promise<{status: number, raw: string, clear: string, text: string | null, ms: number}>}
 *   `text` is what WeChat would show, null when it would show nothing.
 */
export async function deliver(signed, isSealed) {
  const start = performance.now();
  const response = await fetch(signed.url, {
    method: "POST",
    headers: { "Content-Type": "text/xml" },
    body: signed.body,
    credentials: "omit", // the platform has no cookies either
    signal: AbortSignal.timeout(PATIENCE_MS + 1000),
  });
  const raw = await response.text();
  const ms = Math.round(performance.now() - start);
  let clear = raw;
  if (isSealed && raw.includes("<Encrypt>")) {
    clear = (await ask("/try/open", { headers: { "Content-Type": "text/xml" }, body: raw })).clear;
  }
  return { status: response.status, raw, clear, text: content(clear), ms };
}

function parsed(xml) {
  const tree = new DOMParser().parseFromString(xml, "text/xml");
  return tree.querySelector("parsererror") ? null : tree.documentElement;
}

function content(xml) {
  return parsed(xml)?.querySelector("Content")?.textContent ?? null;
}

/** XML as nodes, an element a line, names set off; anything else as it is. */
export function xmlNodes(xml) {
  const nodes = document.createDocumentFragment();
  const root = parsed(xml);
  if (!root) {
    nodes.append(xml || "（空）");
    return nodes;
  }
  const tag = (text) => {
    const span = document.createElement("span");
    span.className = "tag";
    span.textContent = text;
    return span;
  };
  nodes.append(tag("<xml>"), "\n");
  for (const element of root.children) {
    const isCdata = [...element.childNodes].some((n) => n.nodeType === Node.CDATA_SECTION_NODE);
    const [open, close] = isCdata ? ["<![CDATA[", "]]>"] : ["", ""];
    nodes.append(
      "  ", tag(`<${element.nodeName}>${open}`), element.textContent,
      tag(`${close}</${element.nodeName}>`), "\n",
    );
  }
  nodes.append(tag("</xml>"));
  return nodes;
}
