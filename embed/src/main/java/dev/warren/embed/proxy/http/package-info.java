/**
 * HTTP.
 *
 * <p><b>Job:</b> an HTTP/1.1 proxy: CONNECT, and requests in plain text, read and written anew so
 * that both sides mean the same by them.
 *
 * <p><b>In:</b> clients' connections. <b>Out:</b> connections in a {@link
 * dev.warren.embed.Network}; statuses.
 *
 * <p><b>May use:</b> {@code embed.proxy.relay}, {@code embed} for its networks.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.http.HttpService}.
 */
@NullMarked
package dev.warren.embed.proxy.http;

import org.jspecify.annotations.NullMarked;
