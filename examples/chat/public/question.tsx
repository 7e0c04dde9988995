interface QuestionProps {
  readonly text: string;
  /** Absent: somebody else decides. */
  readonly onAnswer?: ((isApproved: boolean) => void) | undefined;
}

/** What the agent asks before it goes on. */
export function Question({ text, onAnswer }: QuestionProps) {
  return (
    <section className="question" aria-label="Approval">
      <p>{text}</p>
      {onAnswer ? (
        <>
          <button className="primary" onClick={() => onAnswer(true)}>
            Approve
          </button>
          <button onClick={() => onAnswer(false)}>Reject</button>
        </>
      ) : (
        <p className="quiet">A supervisor has to approve this.</p>
      )}
    </section>
  );
}
