/**
 * This package decides how EC2 and net-programmer are asked: whether they may be, what a request is
 * about, and how long it pauses after a failure.
 */
@NullMarked
package io.vpccni.ipamd.pool.ask;

import org.jspecify.annotations.NullMarked;
