/**
 * {@code warren config}: configurations made, extended and checked.
 *
 * <h2>Job</h2>
 *
 * Assigns keys and addresses to a star of machines, writes their files, adds a machine to a star
 * that is there, and says what is wrong with a file.
 *
 * <h2>In</h2>
 *
 * Names of machines and where the others reach them; configuration files.
 *
 * <h2>Out</h2>
 *
 * Files that only their owner reads, each whole or not at all; lines of text.
 *
 * <h2>May use</h2>
 *
 * {@code config}, {@code crypto}, {@code packet}, {@code cli.qr}, {@code cli.json}, {@code
 * cli.terminal}, {@code cli.help}, what {@code cli.view} knows of names and files.
 *
 * <h2>Start reading at</h2>
 *
 * {@code ConfigCommand}, then {@code Star}.
 */
@NullMarked
package dev.warren.cli.conf;

import org.jspecify.annotations.NullMarked;
