"""The rivals: what others do with the same trackers, trained by the same code on the same data.

BoDiffusion (arXiv 2304.11118) tells a diffusion model the trackers' places in metres; AvatarPoser (2207.13784) and
AvatarJLM (2308.08855) regress the body from them. They are here to be measured against; nothing of ours needs them.
"""
