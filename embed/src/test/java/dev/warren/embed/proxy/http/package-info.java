@NullMarked
package dev.warren.embed.proxy.http;

import org.jspecify.annotations.NullMarked;
