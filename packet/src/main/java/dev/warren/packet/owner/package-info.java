/**
 * Whose thread may touch an object, written on its class.
 *
 * <p><b>Job:</b> the three annotations {@link dev.warren.packet.owner.Immutable}, {@link
 * dev.warren.packet.owner.Confined} and {@link dev.warren.packet.owner.Shared}.
 *
 * <p><b>In:</b> nothing. <b>Out:</b> nothing at run time.
 *
 * <p><b>May use:</b> nothing.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.packet.owner.Confined}.
 */
@NullMarked
package dev.warren.packet.owner;

import org.jspecify.annotations.NullMarked;
