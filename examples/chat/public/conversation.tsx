import { isTerminalState, StreamingClientError } from '@hive-academy/langgraph-streaming/client';
import { useThread } from '@hive-academy/langgraph-streaming/react';
import { useState } from 'react';
import { checkpointBefore } from './checkpoint-before.js';
import { Composer } from './composer.js';
import { isSupervisor } from './login.js';
import { Messages } from './messages.js';
import type { Place } from './place.js';
import { Question } from './question.js';
import { RunStatus } from './run-status.js';
import { Title } from './title.js';

interface ConversationProps extends Place {
  /** Called when the conversation began or has another title. */
  readonly onChange: () => void;
}

/** One conversation: what was said, what is asked, and a field to go on. */
export function Conversation({ user, threadId, onChange }: ConversationProps) {
  const thread = useThread(threadId, { agent: 'travel' });
  const { title, runs, interrupts, error } = thread;
  const [problem, setProblem] = useState('');
  const attempt = (work: Promise<unknown>): void => {
    setProblem('');
    work.catch((reason: unknown) => setProblem(textOf(reason)));
  };

  const ask = async (content: string): Promise<void> => {
    await thread.start(questionOf(content));
    if (title === undefined) await thread.update({ title: content });
    onChange();
  };
  const fork = async (messageId: string | undefined, input?: object): Promise<void> => {
    await thread.fork(await checkpointBefore(thread, messageId), input);
  };
  const rename = async (name: string): Promise<void> => {
    await thread.update({ title: name });
    onChange();
  };

  const isOwn = runs.every(({ startedBy }) => startedBy === user);
  const isActive = runs.some(({ state }) => !isTerminalState(state));
  const mayAnswer = isSupervisor(user) && !isOwn;
  return (
    <main>
      <Title title={title} onRename={isOwn ? (name) => attempt(rename(name)) : undefined} />
      <Messages
        messages={thread.messages}
        isBusy={isActive}
        {...(isOwn && {
          onEdit: (id, content) => attempt(fork(id, questionOf(content))),
          onRegenerate: (id) => attempt(fork(id)),
        })}
      />
      {interrupts.map(({ id, value }) => (
        <Question
          key={id}
          text={(value as { question: string }).question}
          onAnswer={
            mayAnswer
              ? (isApproved) => attempt(thread.respond(isApproved, { interruptId: id }))
              : undefined
          }
        />
      ))}
      <RunStatus run={runs.at(-1)} />
      <p className="problem" role="alert">
        {problem || error?.message}
      </p>
      {isOwn && !error && (
        <Composer
          label="Where do you want to go?"
          submit="Send"
          autoFocus
          onSubmit={(content) => attempt(ask(content))}
        >
          {isActive && (
            <button type="button" onClick={() => attempt(thread.cancel({ reason: 'Stopped.' }))}>
              Stop
            </button>
          )}
        </Composer>
      )}
    </main>
  );
}

/** What the agent is started with. */
const questionOf = (content: string) => ({
  messages: [{ id: crypto.randomUUID(), role: 'user', content }],
});

function textOf(error: unknown): string {
  return StreamingClientError.isInstance(error) ? error.message : String(error);
}
