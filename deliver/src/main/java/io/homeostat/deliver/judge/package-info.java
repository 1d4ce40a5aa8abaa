/**
 * The judge: is the canary worse than what runs already? Evidence goes in as counts and latencies per arm; a {@link
 * io.homeostat.deliver.judge.Verdict} with every number behind it comes out.
 *
 * <p>All tests are anytime-valid: they may be looked at as often as one likes, and the chance that they ever call an equal
 * canary worse stays below alpha. Start with {@link io.homeostat.deliver.judge.Judge}; each test is one file that names the
 * source of its formula.
 */
@NullMarked
package io.homeostat.deliver.judge;

import org.jspecify.annotations.NullMarked;
