/**
 * How the gate is told what to do, and the agent's side of it.
 *
 * <p>{@link io.homeostat.gate.control.GateLauncher} keeps a gate process running for a directory, {@link
 * io.homeostat.gate.control.GateClient} gives it a {@link io.homeostat.gate.control.GateConfig} and asks for its {@link
 * io.homeostat.gate.control.GateStatus}. Nothing in here needs Netty.
 *
 * <p>The protocol is lines of JSON over the Unix domain socket {@code control.sock} of that directory, one answer for each
 * request: {@code {"do":"apply","config":{…}}}, {@code {"do":"status"}}, {@code {"do":"counters"}}, {@code
 * {"do":"route","callee":"Service/api","routing":{…}}}, {@code {"do":"hold","holder":"…","heartbeatMillis":3000,"faults":[…]}}, {@code {"do":"shutdown"}}. An answer has
 * {@code "ok":true} and what was asked for, or {@code "ok":false} and {@code "error"}.
 */
@NullMarked
package io.homeostat.gate.control;

import org.jspecify.annotations.NullMarked;
