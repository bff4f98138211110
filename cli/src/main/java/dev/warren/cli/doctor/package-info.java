/**
 * {@code warren doctor}: why a tunnel does not work, and what to do.
 *
 * <h2>Job</h2>
 *
 * Gathers facts by small probes, each harmless and short, and judges them. The judgement has no
 * input but facts, so every finding is a line in a test.
 *
 * <h2>In</h2>
 *
 * The daemon's state and drop counters, the configuration file, {@code /proc} and {@code /sys},
 * {@code ip route get}, {@code ping}, {@code nft}, single UDP datagrams.
 *
 * <h2>Out</h2>
 *
 * Findings: what, the evidence, what to do.
 *
 * <h2>May use</h2>
 *
 * {@code cli.uapi}, what {@code cli.view} knows of names, files and flags, {@code cli.program},
 * {@code cli.json}, {@code cli.terminal}, {@code cli.help}; {@code config}, {@code crypto}, {@code
 * packet}.
 *
 * <h2>Start reading at</h2>
 *
 * {@code Judgement}, then {@code Examination}, which gathers.
 */
@NullMarked
package dev.warren.cli.doctor;

import org.jspecify.annotations.NullMarked;
