package io.tallygate.contract;

/** What the classes about events stand on. */
@NeedsEvents
abstract class EventSuite extends Suite {

    final EventApi events = new EventApi(api);

    /** They meter, too. */
    @Override
    Launch launch() {
        return super.launch().with(Launch.EVENT).with(Launch.QUOTA);
    }

    /** An id of an event that nothing has used. */
    final String freshEvent() {
        return seed.name("event");
    }
}
