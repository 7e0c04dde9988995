/**
 * The types of `data` of the application's own updates. It is empty; add to it once, and updates of these
 * types are typed on the server and on the page:
 *
 * ```ts
 * declare module '@hive-academy/langgraph-streaming/client' {
 *   interface ApplicationUpdates {
 *     custom: { step: string };
 *     events: { kind: 'paid'; amount: number } | { kind: 'sent' };
 *   }
 * }
 * ```
 *
 * The root entry and the client entry share the interface, so name either. Any type whose data the
 * library leaves open can be added: `custom`, `events`, `values`, `updates`, `final`, `node:*` and so
 * on. What is not added stays `unknown`.
 *
 * @publicApi
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- declarations of it are merged, as of no type
export interface ApplicationUpdates {}
