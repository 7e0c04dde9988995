/**
 * The types of `data` of your own updates. The interface is empty. Add your types to it once, and TypeScript
 * knows them on the server and on the page:
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
 * The root entry and the client entry share the interface, so you can name either entry. You can add every
 * update type whose data the protocol does not define: `custom`, `events`, `values`, `updates`, `final`,
 * `node:*` and others. For types that you do not add, the data stays `unknown`.
 *
 * @publicApi
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- applications add to it; a type alias cannot be added to
export interface ApplicationUpdates {}
