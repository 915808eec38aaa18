package io.tallygate.ratelimit;

/**
 * The state of a key, as three integers; times are in ticks of its limit. A key that is not there has zeros.
 *
 * <table>
 * <caption>What they are</caption>
 * <tr><th>algorithm</th><th>used</th><th>at</th><th>extra</th></tr>
 * <tr><td>{@code fixed_window}</td><td>hits in the period</td><td>the period's end</td><td></td></tr>
 * <tr><td>{@code token_bucket}</td><td>the debt: hits × weight not yet taken off</td><td>when it was that</td><td></td></tr>
 * <tr><td>{@code sliding_window}</td><td>hits in the period</td><td>the period's start</td><td>hits in the period before
 * </td></tr>
 * <tr><td>{@code sliding_log}</td><td>hits in the log</td><td>the newest</td><td>when enough will have left for what was
 * tested</td></tr>
 * <tr><td>{@code concurrency}</td><td>permits that are held</td><td>the latest end of a lease</td><td>when enough will have
 * ended for what was tested</td></tr>
 * </table>
 */
interface Standing {

    long used();

    long at();

    long extra();
}
