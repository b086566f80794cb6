/**
 * This package makes one EC2 call: within its request budget, repeated where that is safe, its
 * errors sorted by code. Knows nothing of AWS's client.
 */
@NullMarked
package io.vpccni.ipamd.ec2.api;

import org.jspecify.annotations.NullMarked;
