/**
 * Events: topics that are appended to, what consumes them exactly once, and the events that could not be handled. Protocols
 * see {@link io.tallygate.event.Events}; whoever consumes a topic is an {@link io.tallygate.event.EventHandler}, and knows
 * nothing else of this package but what it is handed.
 *
 * <p><b>The log.</b> {@link io.tallygate.event.EventLog} is the port. {@link io.tallygate.event.LedgerLog} needs nothing
 * beside the ledger: an {@link io.tallygate.event.Appender} for each partition makes one document of all events that wait, with
 * the partition's end as its id, and puts it together with the end's advance. So offsets have no gaps, their order is the order
 * of commits, and a process that was slower is refused and goes on behind. A log of another kind is another implementation.
 *
 * <p><b>The consumer.</b> {@link io.tallygate.event.Consumer} has one thread with all its state; {@link
 * io.tallygate.event.Dispatch}, which knows neither thread nor clock, says what is begun next: one event at a time for each key,
 * many keys at once. {@link io.tallygate.event.Progress} knows below which offset all is done, and that is the group's position.
 *
 * <p><b>Exactly once.</b> Transport is at least once. A handler stores its effect in one posting with the event's key, so within
 * 24 hours a repetition is a no-op; what is below the position is not handled again, however old it is. The position is stored
 * after the effect, so a crash at any step leaves events that are handled again under their keys.
 *
 * <p><b>Dead letters.</b> {@link io.tallygate.event.DeadLetters} are documents, whose ids follow from the place of their event:
 * an event that dies again after a crash has the same one. A replay is a task of the consumer as any other, in the turn of its
 * key, and looks at the dead letter when its turn comes. {@link io.tallygate.event.Replays} replay what a filter means, and
 * {@link io.tallygate.event.Retention} deletes what is over.
 *
 * <p><b>What was committed.</b> A store records changes in the step that makes them, where it is told to, and {@link
 * io.tallygate.event.ChangeRelay} makes events of them, as each domain's {@link io.tallygate.event.Publication} says.
 */
@NullMarked
package io.tallygate.event;

import org.jspecify.annotations.NullMarked;
