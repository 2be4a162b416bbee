# process_fingerprint.sh NAME ID START: the programs, and whether one is stopped.
look
