/**
 * Who is served: connections with their bounds and their ends.
 *
 * <p><b>Job:</b> accepts connections, each served by a virtual thread of its own, and no more than
 * a number of them; joins two of them, bytes and ends of streams and resets alike; ends those that
 * are overdue or idle.
 *
 * <p><b>In:</b> server sockets; a {@link dev.warren.embed.proxy.relay.Service} that speaks the
 * protocol. <b>Out:</b> bytes, and {@link dev.warren.embed.proxy.relay.ServiceCounters}.
 *
 * <p><b>May use:</b> {@code packet} for its annotations.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.relay.Reception}.
 */
@NullMarked
package dev.warren.embed.proxy.relay;

import org.jspecify.annotations.NullMarked;
