/** The longest accepted `SAMLResponse`, in characters of Base64. */
const MAX_ENCODED_LENGTH = 262_144;
const MAX_DEPTH = 24;
/**
 * The largest number of elements. The verifier goes through all of them for each signature, at about 50 µs
 * each. A signed response has about 50, and two more for each attribute or attribute value, such as a group.
 */
const MAX_ELEMENTS = 400;
/** Elements, attributes, texts, comments and processing instructions together; some 15 µs each. */
const MAX_NODES = 1_500;
/** In the whole document. The namespaces of an element are copied to each element in it. */
const MAX_NAMESPACES = 400;

/** A document that is small enough to look at. No signature was checked yet. */
export interface SamlDocument {
  /** The document, still in Base64. */
  readonly encoded: string;
  /** The id of the request that it says it answers. */
  readonly inResponseTo: string | undefined;
}

/**
 * Reads the `SAMLResponse` that a browser posted, and refuses documents that no identity provider sends. The
 * XML libraries behind SAML recover from errors, in quadratic time, before they look at a signature. So a
 * strict parser that works in linear time sees the document first.
 *
 * @throws Error that says what is wrong with the document
 */
export async function boundedSamlDocument(response: unknown): Promise<SamlDocument> {
  if (typeof response !== 'string') throw new Error('the SAMLResponse is not text');
  if (response.length > MAX_ENCODED_LENGTH)
    throw new Error(`the SAMLResponse has more than ${MAX_ENCODED_LENGTH} characters`);
  const xml = Buffer.from(response, 'base64').toString('utf8');
  return { encoded: response, inResponseTo: await readXml(xml) };
}

/** Checks the bounds. @returns `InResponseTo` of the root element; undefined if it is missing or empty */
async function readXml(xml: string): Promise<string | undefined> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: true });
  const depth = new Bound('levels of elements', MAX_DEPTH);
  const elements = new Bound('elements', MAX_ELEMENTS);
  const nodes = new Bound('elements, attributes, texts and comments', MAX_NODES);
  const namespaces = new Bound('namespace declarations', MAX_NAMESPACES);
  let inResponseTo: string | undefined;
  // Throwing ends the parser's work, so the first fault is the last.
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('the document has a DOCTYPE');
  });
  parser.on('opentagstart', () => {
    elements.add(1);
    nodes.add(1);
    depth.add(1);
  });
  parser.on('closetag', () => depth.add(-1));
  for (const kind of ['text', 'cdata', 'comment', 'processinginstruction'] as const)
    parser.on(kind, () => nodes.add(1));
  parser.on('attribute', ({ name, value }) => {
    nodes.add(1);
    if (name.startsWith('xmlns')) namespaces.add(1);
    if (depth.count === 1 && name === 'InResponseTo' && value !== '') inResponseTo = value;
  });
  parser.write(xml).close();
  return inResponseTo;
}

/** Counts, and throws when it is too much. */
class Bound {
  #count = 0;

  constructor(
    private readonly things: string,
    private readonly max: number,
  ) {}

  get count(): number {
    return this.#count;
  }

  add(count: number): void {
    this.#count += count;
    if (this.#count > this.max)
      throw new Error(`the document has more than ${this.max} ${this.things}`);
  }
}
