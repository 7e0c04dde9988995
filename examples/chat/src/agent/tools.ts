import { setTimeout as wait } from 'node:timers/promises';
import { tool } from '@langchain/core/tools';
import { interrupt, type LangGraphRunnableConfig } from '@langchain/langgraph';
import { z } from 'zod';

const SOURCES = ['the timetable', 'the seats', 'the weather', 'what is on'];

/** Finds a train, and tells how far it is. A real one would ask a railway. */
export const findTrain = tool(
  async ({ place }, { signal, writer }: LangGraphRunnableConfig) => {
    for (const [index, source] of SOURCES.entries()) {
      await wait(100, undefined, signal && { signal });
      const progress = ((index + 1) / SOURCES.length) * 100;
      writer?.({ type: 'progress', progress, message: `Read ${source}` });
    }
    return `two seats on IC 571 to ${place}, Saturday 08:12, for 118 €`;
  },
  {
    name: 'find_train',
    description: 'Finds a train to a place on Saturday morning.',
    schema: z.object({ place: z.string().describe('The town to go to') }),
  },
);

/** What the tool asks before it reserves. */
export const reservationQuestion = (train: string): string => `Reserve ${train}?`;

export const SEATS_RESERVED = 'The seats are reserved.';

/** Reserves seats, once a supervisor has approved it. */
export const reserveSeats = tool(
  ({ train }) => {
    const answer: unknown = interrupt({ question: reservationQuestion(train) });
    return answer === true ? SEATS_RESERVED : 'The supervisor declined. Nothing is reserved.';
  },
  {
    name: 'reserve_seats',
    description: 'Reserves seats on a train. A supervisor has to approve it.',
    schema: z.object({ train: z.string().describe('The seats and the train') }),
  },
);
