print("zohosim")
