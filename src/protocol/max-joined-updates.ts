/** How many places of a log one joined update covers at most. Clients need to remember no more of them. */
export const MAX_JOINED_UPDATES = 512;
