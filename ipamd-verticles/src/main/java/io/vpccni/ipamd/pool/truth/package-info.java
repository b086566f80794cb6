/**
 * This package finds out what is really the case. It compares the answers of EC2, IMDS, the links
 * on the node and the checkpoint of the previous process with what the pool believes.
 */
@NullMarked
package io.vpccni.ipamd.pool.truth;

import org.jspecify.annotations.NullMarked;
