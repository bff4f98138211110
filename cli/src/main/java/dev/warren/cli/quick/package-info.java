/**
 * {@code warren up|down|save|strip}, and {@code wg-quick}: a configuration file becomes an
 * interface with addresses, routes, name servers and firewall rules, and goes again.
 *
 * <h2>Job</h2>
 *
 * Makes a plan from the file and facts of the host, does its steps one by one, each shown as the
 * command line that would do the same, and undoes all of them when one fails.
 *
 * <h2>In</h2>
 *
 * A configuration file; the host's network.
 *
 * <h2>Out</h2>
 *
 * The host's network changed, or as it was; lines on standard error; an exit status.
 *
 * <h2>May use</h2>
 *
 * {@code linux} for the network, {@code config} for the file, the configuration client with {@code
 * wg}'s changes and texts, and the start of daemons; programs: nft, iptables, resolvconf,
 * resolvectl, bash.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.quick.QuickCommand}, then {@link dev.warren.cli.quick.UpPlan}.
 */
@NullMarked
package dev.warren.cli.quick;

import org.jspecify.annotations.NullMarked;
