/** What the model is told to do in each step. */
export const GREET =
  'You plan weekend trips. Greet in one sentence, then find a train to the place.';

export const RESEARCH = 'Note in three sentences what to do there on a weekend.';

export const SEATS_RESERVED = 'The seats are reserved.';

export function planTask(notes: string, approved: boolean): string {
  const seats = approved ? SEATS_RESERVED : 'The traveller wants no seats reserved.';
  return `Write the plan for the weekend. ${seats} Your notes: ${notes}`;
}
