import { tool } from '@langchain/core/tools';
import { z } from 'zod';

/** Finds a train. A real one would ask a railway. */
export const findTrain = tool(
  ({ place }) => `two seats on IC 571 to ${place}, Saturday 08:12, for 118 €`,
  {
    name: 'find_train',
    description: 'Finds a train to a place on Saturday morning.',
    schema: z.object({ place: z.string().describe('The town to go to') }),
  },
);
