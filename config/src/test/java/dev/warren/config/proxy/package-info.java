@NullMarked
package dev.warren.config.proxy;

import org.jspecify.annotations.NullMarked;
