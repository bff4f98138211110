/**
 * The C library as this room calls it.
 *
 * <p><b>Job:</b> system calls with their errno, and descriptors that are closed once.
 *
 * <p><b>In:</b> descriptors and raw addresses. <b>Out:</b> results {@code >= 0} or {@code -errno}.
 *
 * <p><b>May use:</b> {@code packet}'s ownership annotations.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.linux.libc.Libc}.
 */
@NullMarked
package dev.warren.linux.libc;

import org.jspecify.annotations.NullMarked;
