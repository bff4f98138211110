/**
 * The files of {@code warren proxy}: those of {@code wg-quick}, with sections that say what to
 * serve in the style of wireproxy.
 *
 * <p><b>Job:</b> text read into a {@link dev.warren.config.proxy.ProxyFile}: the tunnel's part as
 * text that {@code wg-quick}'s parser takes, with every line where it was, and the services.
 *
 * <p><b>In:</b> text; the values of environment variables. <b>Out:</b> files, problems. No files
 * are read here, no names resolved.
 *
 * <p><b>May use:</b> {@code config}, {@code crypto}, {@code packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.config.proxy.ProxyParser}.
 */
@NullMarked
package dev.warren.config.proxy;

import org.jspecify.annotations.NullMarked;
