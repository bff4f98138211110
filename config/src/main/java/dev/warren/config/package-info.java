/**
 * Configuration text: the files of {@code wg} and {@code wg-quick}, and the values on the command
 * line of {@code wg set}.
 *
 * <p><b>Job:</b> text read into a {@link dev.warren.config.Configuration} exactly as {@code wg}
 * reads it, every problem with its place and in two sets of words: for people, and {@code wg}'s
 * own; and the way back.
 *
 * <p><b>In:</b> text; what a service name stands for. <b>Out:</b> configurations, problems, text.
 * No files, no resolver: names of endpoints stay names.
 *
 * <p><b>May use:</b> {@code crypto} and {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.config.ConfigParser}.
 */
@NullMarked
package dev.warren.config;

import org.jspecify.annotations.NullMarked;
