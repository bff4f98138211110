/**
 * JSON, written.
 *
 * <h2>Job</h2>
 *
 * Puts objects, arrays and values into text that any JSON reader takes, and that a person can read.
 *
 * <h2>In</h2>
 *
 * Names and values, in the order in which they shall stand.
 *
 * <h2>Out</h2>
 *
 * Text; two spaces a level, one value a line.
 *
 * <h2>May use</h2>
 *
 * The JDK.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.json.JsonWriter}.
 */
@NullMarked
package dev.warren.cli.json;

import org.jspecify.annotations.NullMarked;
