/** A node told as a story: the pool with an EC2, links, a disk and callers that tests control. */
@NullMarked
package io.vpccni.ipamd.pool.scenario;

import org.jspecify.annotations.NullMarked;
