/**
 * What a device is to become, and what it is.
 *
 * <p><b>Job:</b> {@link dev.warren.protocol.config.DeviceChange}, a whole request, and {@link
 * dev.warren.protocol.config.DeviceSnapshot}, a whole answer: values that pass between threads.
 *
 * <p><b>In:</b> made by parsers and builders; by the device. <b>Out:</b> applied by the device;
 * read by writers.
 *
 * <p><b>May use:</b> {@code crypto} and {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.protocol.config.DeviceChange}.
 */
@NullMarked
package dev.warren.protocol.config;

import org.jspecify.annotations.NullMarked;
