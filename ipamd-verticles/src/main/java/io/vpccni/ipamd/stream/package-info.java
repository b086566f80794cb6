/**
 * This package is the one bridge between Vert.x and RxJava. What comes again and again (periods,
 * watches, news) is a stream: it runs on its verticle's context, its buffers are bounded, and its
 * errors end in one place. What comes once stays a {@code Future}.
 */
@NullMarked
package io.vpccni.ipamd.stream;

import org.jspecify.annotations.NullMarked;
