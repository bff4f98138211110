/**
 * {@code warren proxy}: a private network reached without root.
 *
 * <h2>Job</h2>
 *
 * Reads a proxy's file, opens its tunnel and serves its sections until a signal comes.
 *
 * <h2>In</h2>
 *
 * A file; the environment for what it names of it.
 *
 * <h2>Out</h2>
 *
 * Sockets that are served; lines on standard error; an exit status.
 *
 * <h2>May use</h2>
 *
 * {@code embed} for the tunnel and what is served, {@code config} for the file, {@code cli.help}.
 *
 * <h2>Start reading at</h2>
 *
 * {@code ProxyCommand}.
 */
@NullMarked
package dev.warren.cli.proxy;

import org.jspecify.annotations.NullMarked;
