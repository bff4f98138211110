/**
 * Says which tests need a real Linux host, and why one was skipped.
 *
 * <h2>Job</h2>
 *
 * Lets a test declare what it needs of the machine it runs on, and keeps a list of every skipped
 * test with its reason, so that a green build cannot hide one.
 *
 * <h2>In</h2>
 *
 * The requirements in {@link dev.warren.hosttest.HostTest}; {@code WARREN_REQUIRE_HOST}.
 *
 * <h2>Out</h2>
 *
 * JUnit's verdict, and {@code target/skipped-tests.txt} in each module, which the build's last
 * module prints.
 *
 * <h2>May use</h2>
 *
 * The JDK and JUnit. Never shipped: modules depend on it with scope {@code test}.
 *
 * <h2>Start reading at</h2>
 *
 * {@link dev.warren.hosttest.HostTest}.
 */
@NullMarked
package dev.warren.hosttest;

import org.jspecify.annotations.NullMarked;
