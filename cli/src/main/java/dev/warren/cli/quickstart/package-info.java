/**
 * {@code warren quickstart}: a tunnel between two machines, tried on this one.
 *
 * <h2>Job</h2>
 *
 * Makes the configurations of two machines, brings both up as processes without root, has one fetch
 * a page from the other through the tunnel, measures how fast it is, and shows all that.
 *
 * <h2>In</h2>
 *
 * A folder for the two files.
 *
 * <h2>Out</h2>
 *
 * The files; a screen of text; an exit status.
 *
 * <h2>May use</h2>
 *
 * {@code embed} for the tunnels, {@code config} to read the files, {@code cli.conf} to make them,
 * {@code cli.wg} and {@code cli.uapi} to show them, {@code cli.program}, {@code cli.terminal}.
 *
 * <h2>Start reading at</h2>
 *
 * {@code QuickstartCommand}, then {@code MachineLoop}, which is what the two processes do.
 */
@NullMarked
package dev.warren.cli.quickstart;

import org.jspecify.annotations.NullMarked;
