import { isList, isRecord, listOf } from '../../common/is-record.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import { roleOf } from '../message-like.js';
import { messageOf, toStreamedMessage, type MessageLike } from '../streamed-message.js';

/**
 * The messages of a conversation, as clients get them. Graphs may keep anything in their state, also what another
 * version of the graph wrote. An item that is no message is left out, so one bad item does not hide the others.
 */
export function conversationOf(messages: unknown): StreamedMessage[] {
  return listOf(messages).flatMap((item) => {
    try {
      const message = messageOf(item) ?? withAnyContent(item);
      const isShown = message && roleOf(message) !== 'remove';
      return isShown ? [toStreamedMessage(message)] : [];
    } catch {
      // Reading the item runs code of the application, such as getters.
      return [];
    }
  });
}

/** A message with a role whose content is neither text nor a list: the content counts as one block. */
function withAnyContent(item: unknown): MessageLike | undefined {
  if (!isRecord(item) || isList(item) || roleOf(item) === undefined) return undefined;
  const { content } = item;
  return { ...item, content: content == null ? '' : [content] };
}
