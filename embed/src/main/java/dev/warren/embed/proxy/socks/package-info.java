/**
 * SOCKS 5.
 *
 * <p><b>Job:</b> CONNECT and UDP ASSOCIATE, with a user's password if there is one; every refusal
 * with its reply code.
 *
 * <p><b>In:</b> clients' connections and datagrams. <b>Out:</b> connections and datagrams in a
 * {@link dev.warren.embed.Network}.
 *
 * <p><b>May use:</b> {@code embed.proxy.relay}, {@code embed} for its networks.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.socks.SocksService}.
 */
@NullMarked
package dev.warren.embed.proxy.socks;

import org.jspecify.annotations.NullMarked;
