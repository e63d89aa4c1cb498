"""The backend that calls Arm's CMSIS-NN, as a firmware already has it: headers and a built library."""
