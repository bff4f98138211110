/**
 * Names of endpoints and ports turned into numbers.
 *
 * <h2>Job</h2>
 *
 * What {@code getaddrinfo} is to {@code wg}: numeric hosts in all the forms of the C library, names
 * by the system's resolver, services by {@code /etc/services}.
 *
 * <h2>In</h2>
 *
 * {@link dev.warren.config.EndpointName}s.
 *
 * <h2>Out</h2>
 *
 * Endpoints, or the C library's words for why there is none and whether asking again may help.
 *
 * <h2>May use</h2>
 *
 * {@code config}, {@code packet}, {@code cli.uapi}.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.cli.names.EndpointResolver}.
 */
@NullMarked
package dev.warren.cli.names;

import org.jspecify.annotations.NullMarked;
