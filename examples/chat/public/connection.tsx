import { useConnection } from '@hive-academy/langgraph-streaming/react';

/** Shows whether the page is connected, and cuts its connection. */
export function Connection({ onCut }: { readonly onCut: () => void }) {
  const { state } = useConnection();
  return (
    <>
      <span className="connection" data-state={state}>
        {state}
      </span>
      <button disabled={state !== 'connected'} onClick={onCut}>
        Cut the connection
      </button>
    </>
  );
}

/** Tells the user, and a screen reader, that the page is not connected. */
export function OfflineBanner() {
  const { state, error } = useConnection();
  const isOffline = state === 'reconnecting' || (state === 'connecting' && error !== undefined);
  return (
    <p className="banner" role="alert">
      {isOffline && 'You are offline. The conversation goes on when you are back.'}
      {state === 'closed' && `The connection has ended. ${error?.message ?? ''}`}
    </p>
  );
}
