/** What the agent asks of EC2, and the one verticle that asks it. */
@NullMarked
package io.vpccni.ipamd.ec2;

import org.jspecify.annotations.NullMarked;
