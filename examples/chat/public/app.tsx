// First, so that Socket.IO connects by it.
import { cutConnections } from './network.js';
import { createRoot } from 'react-dom/client';
import { Desk } from './desk.js';
import { completeAddress, usePlace } from './place.js';

/** Another user is another page: nothing of the one before stays. */
function App() {
  const { user, threadId } = usePlace();
  return <Desk key={user} user={user} threadId={threadId} onCut={cutConnections} />;
}

const root = document.querySelector('#app');
if (!root) throw new Error('The page has no #app.');
completeAddress();
createRoot(root).render(<App />);
