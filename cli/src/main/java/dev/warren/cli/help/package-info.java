/**
 * What there is to say about the commands, once, for help, man pages and shell completion.
 *
 * <h2>Job</h2>
 *
 * Describes every command by hand in one table, and shows that table as help in a terminal, as a
 * man page, and as completion for bash, zsh and fish.
 *
 * <h2>In</h2>
 *
 * The name of a command.
 *
 * <h2>Out</h2>
 *
 * Text.
 *
 * <h2>May use</h2>
 *
 * The JDK only: commands are described here and not asked, so that none is loaded for it. Nothing
 * here is loaded unless somebody asks for help.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.help.Commands}.
 */
@NullMarked
package dev.warren.cli.help;

import org.jspecify.annotations.NullMarked;
