/**
 * The house rules that a machine can check, each with its reason.
 *
 * <h2>Job</h2>
 *
 * Fails the build when a room reaches where it must not, when a source outgrows its limits, or when
 * something new is shipped without being written down.
 *
 * <h2>In</h2>
 *
 * The compiled rooms on the class path, the sources of the whole tree, the assembled jars.
 *
 * <h2>Out</h2>
 *
 * Verdicts, each saying what to do.
 *
 * <h2>May use</h2>
 *
 * ArchUnit and JUnit; no room's classes by name, so that a rule holds for a room that is empty.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.interop.architecture.RoomsTest}.
 */
@NullMarked
package dev.warren.interop.architecture;

import org.jspecify.annotations.NullMarked;
